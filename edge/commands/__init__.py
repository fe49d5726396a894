"""The commands of `yizhan`, a module for each kind of user."""
