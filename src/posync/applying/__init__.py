"""The only room that writes to a tracker: carry out a plan, recover, undo."""
