from __future__ import annotations

import hashlib
import json

from posync.model.issue import Issue
from posync.state.documents import SHAPE


def test_the_shape_is_that_of_the_model() -> None:
    """A model that changed reads old documents wrongly: give SHAPE the new value, and old pictures are pulled again."""
    schema = json.dumps(Issue.model_json_schema(), sort_keys=True)
    assert hashlib.sha256(schema.encode()).hexdigest()[:12] == SHAPE
