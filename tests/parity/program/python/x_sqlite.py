import logging
import sqlite3

from sentry_boot import boot

logging.basicConfig(level="INFO", format="[%(asctime)s] %(levelname)-8s %(name)s - %(message)s")
boot()


class Repo:
    def load(self):
        db = sqlite3.connect(":memory:")
        try:
            return db.execute("select * from orders").fetchall()
        except sqlite3.OperationalError:
            logging.getLogger("shop.repo").exception("load failed")
            return []


Repo().load()
logging.info("done")
