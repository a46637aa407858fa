"""The sample process of `demo`: its words (`content`) and how it came about (`story`)."""
