"""Safety walks (trygghetsvandringar): planned at the desk, recorded on the way, followed up until done."""
