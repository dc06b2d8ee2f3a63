"""Evidence from files: what customers, markets and stakeholders say of an issue, and who said it when."""

from posync.rules.signals.heard import Signals
from posync.rules.signals.lines import Heard, Line, SignalValue
from posync.rules.signals.loading import load_signals
from posync.rules.signals.settings import SignalSource

__all__ = ["Heard", "Line", "SignalSource", "SignalValue", "Signals", "load_signals"]
