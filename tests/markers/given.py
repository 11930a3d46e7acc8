"""What tests of markers begin from."""

from sqlalchemy.orm import Session

from borderops.core.clock import now
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.markers.models import Feature
from borderops.markers.queries import get_feature

WHO = LOCAL_OPERATOR
NOW = now()
TODAY = NOW.date()


def feature(session: Session, address: str) -> Feature:
    """The feature at the address."""
    return get_feature(session, viewer=WHO, address=address)
