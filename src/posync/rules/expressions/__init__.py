"""What a pack may ask of an issue: a small language, checked when the pack loads, evaluated by ZEN."""
