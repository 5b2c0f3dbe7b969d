"""The forms service of Anlaufstelle: takes forms in, keeps them sealed, brings answers back."""

__version__ = "0.2.0"
