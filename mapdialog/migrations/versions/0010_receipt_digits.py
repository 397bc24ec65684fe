"""The millionth receipt keeps all its digits: six are the least, not the most."""

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MAKE = """
-- A receipt's running number, at least six digits. lpad alone would cut a seventh off, and two receipts would be alike.
create function receipt_digits(number bigint) returns text language sql immutable strict parallel safe
    return lpad(number::text, greatest(6, length(number::text)), '0');
"""
OLD, NEW = "lpad(nextval('receipt_number')::text, 6, '0')", "receipt_digits(nextval('receipt_number'))"


def upgrade() -> None:
    op.execute(MAKE)
    _replace(OLD, NEW)


def downgrade() -> None:
    _replace(NEW, OLD)
    op.execute("drop function receipt_digits(bigint)")


def _replace(old: str, new: str) -> None:
    """Make submit_comment anew from its own text, with one expression exchanged."""
    made = op.get_bind().scalar(text("select pg_get_functiondef('submit_comment'::regproc)"))
    op.execute(text(made.replace(old, new).replace(":", "\\:")))
