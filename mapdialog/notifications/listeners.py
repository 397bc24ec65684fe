"""Listens to news from the domains and writes the mails they lead to."""
