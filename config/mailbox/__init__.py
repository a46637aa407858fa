"""The demo's mailbox: an SMTP server that keeps what it gets, and pages that show it.

It speaks for nobody and sends nothing on, so that a demo's mail really travels and goes nowhere.
"""
