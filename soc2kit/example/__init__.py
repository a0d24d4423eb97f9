"""The example company: about thirty people, served by real services on this machine."""
