"""Starts a process that holds the ledger of the product in this folder for as long as the test may need."""
import os
import sqlite3
import time

ready, held = os.pipe()
if os.fork() == 0:
    ledger = sqlite3.connect(".floe/ledger.db", isolation_level=None)
    ledger.execute("begin immediate")
    os.write(held, str(os.getpid()).encode())
    time.sleep(60)
    os._exit(0)
with open("logs/holder", "wb") as file:
    file.write(os.read(ready, 16))
