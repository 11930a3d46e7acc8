"""`benchmarks` lies beside the package and is not installed with it; its tests find it in the checkout."""

import sys

from borderops.core.database import PROJECT

sys.path.insert(0, str(PROJECT))
