"""The senders' side: `routes` puts it together; forms, conversation and leaving have a module each."""
