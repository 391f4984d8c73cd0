"""The candidate and the base: which commit, which bytes. The only room that knows git."""

from csp_config.git.base import choose_base
from csp_config.git.disk import folder_tree
from csp_config.git.repository import Repository, find_root, lock_folder, open_repository

__all__ = [
    "Repository",
    "choose_base",
    "find_root",
    "folder_tree",
    "lock_folder",
    "open_repository",
]
