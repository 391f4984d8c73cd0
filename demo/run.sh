#!/bin/sh
# Shows csp-config at work on a scratch copy of the sample in offers/. `make demo` runs it: a change that is refused,
# and one that is allowed, planned, applied and recorded. `make demo-full` runs it with `full`: the whole way, from an
# export of Partner Center until nothing is left to do.
# Needs sh, git and csp-config on PATH, no network. Every exit code is checked, and nothing is left behind.
set -eu
. "$(dirname "$0")/alone.sh"

sample=$(cd "$(dirname "$0")/.." && pwd)
command -v csp-config >/dev/null || { echo 'demo: csp-config is not on PATH; `make demo` puts it there' >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP PIPE

export LC_ALL=C.UTF-8 TZ=UTC HOME="$scratch" XDG_CONFIG_HOME="$scratch"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
export GIT_AUTHOR_NAME='Ana Lima' GIT_AUTHOR_EMAIL=ana@contoso.example
export GIT_COMMITTER_NAME='Ana Lima' GIT_COMMITTER_EMAIL=ana@contoso.example

# now DAY HOUR: set the clock of git and csp-config, in November 2026.
now() {
    SOURCE_DATE_EPOCH=$((1793491200 + ($1 - 1) * 86400 + $2 * 3600))
    GIT_AUTHOR_DATE="$SOURCE_DATE_EPOCH +0000" GIT_COMMITTER_DATE="$SOURCE_DATE_EPOCH +0000"
    export SOURCE_DATE_EPOCH GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}

# run CODE COMMAND-LINE: the command line, what it prints, and its exit code, which has to be CODE.
run() {
    printf '\n$ %s\n' "$2"
    code=0
    eval "$2" 2>&1 || code=$?
    [ "$code" -eq 0 ] || printf '(exit code %s)\n' "$code"
    if [ "$code" -ne "$1" ]; then
        printf 'demo: %s: exit code %s, but it should be %s\n' "$2" "$code" "$1" >&2
        exit 1
    fi
}

section() { printf '\n=== %s\n%s\n' "$1" "$2"; }
say() { printf '\n%s\n' "$1"; }

# edit SED-SCRIPT: change the list of distributors.
list=offers/partner-lists/americas-distributors.yaml
edit() {
    sed "$1" "$list" >"$scratch/edited"
    cat "$scratch/edited" >"$list"
}

# take_out NAME KEY: take out a partner, from its name to the last of its keys.
take_out() { edit "/name: $1/,/$2:/d"; }
add_woodgrove() {
    cat >>"$list" <<'EOF'
  - name: Woodgrove Cloud
    tenant_id: c51c9aef-078d-4f31-bd10-dfd9bee487f9
    country: CA
    competencies: [Security]
EOF
}
changed_lines="git diff -U0 | sed -n '/^[-+] /p'"

now 20 9
mkdir "$scratch/contoso"
cp -R "$sample/offers" "$sample/csp-config.yaml" "$scratch/contoso"
cd "$scratch/contoso"
git -c init.defaultBranch=main init -q --template=
mkdir -p .git/info
printf '/plan.json\n/runbook/\n' >.git/info/exclude
git add . ':!offers/resales'
git commit -q -m 'Offers, partners and what Partner Center holds'
git add .
git commit -q -m 'Resale data of November'

echo 'Contoso, a made-up publisher, keeps in git which CSP partners may resell its marketplace offers.'

if [ "${1:-}" != full ]; then
    now 23 9
    section 'A change that is refused' 'Somebody takes out Tailspin Cloud, which has already resold Contoso Desk.'
    take_out 'Tailspin Cloud' competencies
    run 0 "$changed_lines"
    run 1 'csp-config validate --quiet'
    git checkout -q -- offers

    section 'A change that is allowed' 'Coho Cloud leaves, Woodgrove Cloud joins. What does that take in Partner Center?'
    take_out 'Coho Cloud' country
    add_woodgrove
    run 0 'csp-config plan --output plan.txt'
    run 0 "sed '1,2d; /^Already pending/,\$d' plan.txt"
    git commit -q -a -m 'Woodgrove Cloud joins, Coho Cloud leaves'

    now 23 10
    section 'It is carried out and recorded' 'A runbook says what to click and what to send; what was done goes into git.'
    run 4 'csp-config apply --yes --quiet'
    run 0 'csp-config record done --all --quiet'
    run 4 'csp-config status --quiet'
    say 'The whole way, with runbook, ticket and answers of Microsoft: make demo-full'
    exit 0
fi

section '0. The beginning' \
    'An offer is declared as it is believed to be. The list that Partner Center exports shows how it is, and what differs.'
mkdir -p "$scratch/first/offers"
cd "$scratch/first"
git -c init.defaultBranch=main init -q --template=
cat >offers/contoso-notes.yaml <<'EOF'
kind: Offer
id: contoso-notes
name: Contoso Notes
type: saas
published: true
csp:
  resellers: selected
  partners:
    - {name: Coho Cloud, tenant_id: 8a4a1c1e-5d0b-4f64-9f7e-0c9f1f3b2a11, country: US}
    - {name: Tailspin Cloud, tenant_id: 1b7d7a52-64de-4a9f-8a30-5f0e0a9c2d12, country: CA}
  marketing_materials_url: https://contoso.example/csp
  channel_contact: {name: Ana Lima, email: csp@contoso.example}
  support:
    url: https://contoso.example/support
    documentation_url: https://contoso.example/documentation
    training_url: https://contoso.example/training
    service_health_url: https://contoso.example/health
EOF
cat >../contoso-notes.csv <<'EOF'
Company,Tenant ID,Location
Tailspin Cloud,1b7d7a52-64de-4a9f-8a30-5f0e0a9c2d12,Canada
Lucerne Cloud,2c8e8b63-75ef-4ba0-9b41-6f1f1bad3e13,United States
EOF
TZ=UTC touch -t 202611200000 ../contoso-notes.csv # the day on which it is imported
git add .
git commit -q -m 'Contoso Notes, as we believe it to be'
run 0 "sed -n '/resellers/,/Tailspin/p' offers/contoso-notes.yaml"
run 0 'csp-config import live contoso-notes --from ../contoso-notes.csv'
run 0 "csp-config plan --base records | sed -n '/^already due/,/^  contoso-notes  selected/p'"
cd "$scratch/contoso"

run 0 'git log --oneline'

now 23 9
section '1. All is well' \
    'Two things are worth knowing: an exception that was agreed to, and a removal that waits for Microsoft.'
run 0 'csp-config validate'

section '2. A change that is refused' \
    'Somebody takes Tailspin Cloud out of a list, but Tailspin Cloud has already resold Contoso Desk.'
take_out 'Tailspin Cloud' competencies
run 0 "$changed_lines"
run 1 'csp-config validate --select CSP3 --quiet'
git checkout -q -- offers

section '3. A change that is allowed' \
    'Coho Cloud leaves the list and Woodgrove Cloud joins it; the list of security specialists follows by itself.'
take_out 'Coho Cloud' country
add_woodgrove
run 0 "$changed_lines"
run 0 'csp-config validate --format concise'
run 0 "git commit -q -a -m 'Woodgrove Cloud joins, Coho Cloud leaves'"

section '4. The plan' \
    'This is what has to happen in Partner Center; it is saved, so that nothing else is carried out than was reviewed.'
run 0 'csp-config plan --out plan.json'

now 23 10
section '5. Carried out by hand' \
    'Apply writes a runbook and drafts the support request; exit code 4 says that somebody has work to do.'
run 4 'csp-config apply plan.json'
say 'The first offer of the runbook:'
run 0 "sed -n '/^## /,\$p' runbook/index.md | sed '/record done/q'"
request=$(basename runbook/requests/*.md .md)
say 'The ticket is ready to paste:'
run 0 "sed -n '/Issue title/,/^\`\`\`\$/p' runbook/requests/$request.md"

section '6. What happened is written down' \
    'Before: three steps wait on us, and one request has been with Microsoft since the 18th.'
run 4 'csp-config status'
now 23 11
say 'The partner has been added and the request sent. Two days later Microsoft grants both requests.'
run 0 'csp-config record done --all'
run 0 "csp-config record filed $request --ticket 2611230030008315"
now 25 15
run 0 "csp-config record granted $request"
run 0 'csp-config record granted contoso-insights-63a3ccee'
say 'After: nothing waits but the commit of the records.'
run 4 'csp-config status'

section '7. Nothing is left to do' \
    'The records are committed, and the plan is empty: Partner Center holds what git declares.'
git add offers
run 0 "git commit -q -m 'What happened in Partner Center'"
run 0 'csp-config plan'
run 0 'csp-config status'
