"""`grade batch`: a class at once, each submission in processes of its own."""
