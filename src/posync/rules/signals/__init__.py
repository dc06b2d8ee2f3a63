"""Evidence from files: what customers, markets and stakeholders say of an issue, and who said it when."""

from posync.rules.signals.heard import Heard, Signals
from posync.rules.signals.loading import load_signals
from posync.rules.signals.settings import SignalSource

__all__ = ["Heard", "SignalSource", "Signals", "load_signals"]
