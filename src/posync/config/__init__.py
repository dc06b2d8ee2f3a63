"""Workspace settings, secrets and the schemas for editors."""
