#!/bin/sh
# The C program under valgrind: no leak, no invalid access. Extra arguments go to cargo (such as --release).
set -eu
cd "$(dirname "$0")/../.."
export DS_APPS_CAPI_WRAPPER="valgrind --quiet --leak-check=full \
--errors-for-leak-kinds=definite,indirect --error-exitcode=99"
exec cargo test "$@" --test capi a_c_program
