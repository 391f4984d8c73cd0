"""Microsoft Partner Center over its APIs: reads what is live, and changes what may be changed.

Only `target` and what it calls ever write. What the service's words mean is in `mapping`, with what is
unknown about them; what is known of the service and from where is in docs/partner-center.md.
"""

from csp_config.targets.partner_center.connection import Connection, Secrets, connect
from csp_config.targets.partner_center.pace import Pace, system_pace

__all__ = ["Connection", "Pace", "Secrets", "connect", "system_pace"]
