"""The candidate and the base: which commit, which bytes. The only room that knows git.

What a hook has no use for is imported from the module that is about it: `history`, `marks`.
"""

from csp_config.git.asked import NOT_JUDGED, Asked
from csp_config.git.base import RECORDS, choose_base
from csp_config.git.branches import (
    Branch,
    current_branch,
    default_branch,
    default_branch_name,
    open_record_branches,
    record_branch,
    remote_head,
)
from csp_config.git.disk import folder_tree
from csp_config.git.kept import kept_file
from csp_config.git.project import (
    Project,
    find_bare,
    find_project,
    find_root,
    own_folder_of_git,
    unfinished_commit,
)
from csp_config.git.repository import Repository, open_repository, origin_address
from csp_config.git.surroundings import Surroundings, surroundings

__all__ = [
    "NOT_JUDGED",
    "RECORDS",
    "Asked",
    "Branch",
    "Project",
    "Repository",
    "Surroundings",
    "choose_base",
    "current_branch",
    "default_branch",
    "default_branch_name",
    "find_bare",
    "find_project",
    "find_root",
    "folder_tree",
    "kept_file",
    "open_record_branches",
    "open_repository",
    "origin_address",
    "own_folder_of_git",
    "record_branch",
    "remote_head",
    "surroundings",
    "unfinished_commit",
]
