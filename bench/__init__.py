"""How fast, how much: each figure beside one from outside the project, in the same run."""
