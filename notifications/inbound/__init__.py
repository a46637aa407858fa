"""What comes back by mail: bounces and calendar replies, read from a mailbox (docs/adr/0023).

`mailbox` fetches, `reading` understands (pure: bytes in), `handling` draws the consequences. Nothing here
ever answers a mail: loops are impossible.
"""
