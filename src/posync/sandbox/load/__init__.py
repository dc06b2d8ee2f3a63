"""Fills a world from files that the real trackers wrote: board exports, saved searches, CSV exports."""
