"""Where requests and commands come in: the web application and the command line."""
