"""Fact → which mails. One short function a fact: who hears what, on one screen."""
