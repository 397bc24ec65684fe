"""Mail and other messages, sent by the worker from rows written in the same transaction."""
