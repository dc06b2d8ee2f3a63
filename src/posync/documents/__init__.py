"""YAML with positions, and errors that point at file, line and column; for packs, profiles and workspaces alike."""

from posync.documents.document import Document, did_you_mean, nearest
from posync.documents.parsing import parse, wrong
from posync.documents.reading import read, read_bytes

__all__ = ["Document", "did_you_mean", "nearest", "parse", "read", "read_bytes", "wrong"]
