"""Where the simulator meets other people's libraries. Nothing in its core imports them."""
