"""Translations between each tracker's wire format and the model."""
