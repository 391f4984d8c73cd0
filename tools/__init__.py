"""Programs that make the data files under csp_config/facts; run by `make data`, never by csp-config."""
