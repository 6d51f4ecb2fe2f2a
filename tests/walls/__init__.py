"""That nobody sees what is not theirs: by rows, by fields, by what others hold, and at the same time."""
