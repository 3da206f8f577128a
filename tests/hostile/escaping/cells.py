"""What every notebook in this folder begins with: each paragraph becomes a cell."""

import os

HERE = os.getcwd()
