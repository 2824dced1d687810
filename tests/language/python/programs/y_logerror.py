import logging

logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
logging.error("%d items", "three")
logging.error("next record")
