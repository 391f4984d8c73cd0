"""A stand-in for Partner Center on loopback, for tests and newcomers; only `csp-config emulator` knows it.

It serves what publicly is known of three services: the token endpoints, the Product Ingestion API, and the
read-only part of the older submission API. Where the behaviour of the real ones is not known it takes the
stricter reading; docs/emulator.md lists both. State lives in memory and starts from a folder of documents.

How a call travels: `serving` (HTTP) -> `faulting` (the fault that is due, if any) -> `querying`,
`configuring`, `older`, `tokens` or `control` (values in, `answers.Answer` out) -> `world` (who has which
products and jobs).
"""
