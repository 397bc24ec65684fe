"""`mapdialog dialogue`: add and list dialogues."""

import click

from mapdialog.commands.context import open_session

EXAMPLES = """
\b
Examples:
  mapdialog dialogue add --slug trygg-vag --title "Trygg väg till tåget" --template safety
  mapdialog dialogue add --slug boston --title Boston --bbox -71.2,42.2,-70.9,42.5 --publish-at-once
"""


@click.group(epilog=EXAMPLES)
def dialogue() -> None:
    """Add and list dialogues."""


@dialogue.command(epilog='Example: mapdialog dialogue add --slug trygg-vag --title "Trygg väg till tåget"')
@click.option("--slug", required=True, help="Its address: small letters a-z, digits and hyphens, as in /d/SLUG.")
@click.option("--title", required=True, help="Its title.")
@click.option(
    "--bbox", default="", metavar="W,S,E,N", help="Degrees; without it a place anywhere on earth is accepted."
)
@click.option("--publish-at-once", is_flag=True, help="Contributions are public without moderation.")
@click.option("--template", default="", help="Categories from a template, such as safety; without it only `other`.")
def add(slug: str, title: str, bbox: str, publish_at_once: bool, template: str) -> None:
    """Add a dialogue that is published and open from now, without an end."""
    from mapdialog.dialogues.actions import open_dialogue
    from mapdialog.dialogues.templates import find_template, list_templates

    chosen = find_template(template)
    if template and chosen is None:
        names = ", ".join(one.key for one in list_templates())
        raise click.BadParameter(f"there is no template {template!r}; choose among {names}", param_hint="--template")
    with open_session() as session:
        made = open_dialogue(
            session,
            slug=slug,
            title=title,
            bbox=bbox,
            publish_at_once=publish_at_once,
            categories=chosen.draft.categories if chosen else (),
        )
        moderation = "public at once" if publish_at_once else "read by staff before they are public"
        click.echo(f"Added {made.slug}, open from now at /d/{made.slug}; contributions are {moderation}.")


@dialogue.command("list", epilog="Example: mapdialog dialogue list")
def list_() -> None:
    """List dialogues: address, status and title."""
    from mapdialog.core.clock import now
    from mapdialog.dialogues.queries import list_all
    from mapdialog.dialogues.rules import status_at

    with open_session() as session:
        for one in list_all(session):
            status = status_at(one.phases, now()) if one.published_at else "draft"
            click.echo(f"{one.slug}\t{status}\t{one.title}")
