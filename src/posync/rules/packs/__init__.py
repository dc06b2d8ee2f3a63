"""Policy packs: their YAML, their own tests, the schema for editors."""
