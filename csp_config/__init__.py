"""csp-config: which CSP partners may resell your marketplace offers, as reviewed configuration in git."""

__version__ = "0.1.0"
