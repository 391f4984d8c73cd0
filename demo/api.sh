#!/bin/sh
# Shows csp-config at work over HTTP, against the emulator of Partner Center; `make demo-api` runs it.
# Needs sh, git, python3 and csp-config (with httpx, starlette and uvicorn) on PATH; no network but loopback.
# Every exit code is checked, and nothing is left behind.
set -eu
. "$(dirname "$0")/alone.sh"

sample=$(cd "$(dirname "$0")/.." && pwd)
for tool in csp-config git python3; do
    command -v $tool >/dev/null || { echo "demo: $tool is not on PATH; \`make demo-api\` puts it there" >&2; exit 1; }
done

scratch=$(mktemp -d)
emulator=
clean() {
    [ -z "$emulator" ] || kill "$emulator" 2>/dev/null || :
    rm -rf "$scratch"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP PIPE

export LC_ALL=C.UTF-8 TZ=UTC HOME="$scratch" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME='Ana Lima' GIT_AUTHOR_EMAIL=ana@contoso.example
export GIT_COMMITTER_NAME='Ana Lima' GIT_COMMITTER_EMAIL=ana@contoso.example

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
save() { git add . && git commit -q -m "$1"; }

# The emulator holds the ten offers of the sample. A client knows nothing of that folder, only the address.
cp -R "$sample/offers" "$scratch/partner-center"
csp-config emulator --port 0 --data "$scratch/partner-center" --job-seconds 0.3 >"$scratch/address" &
emulator=$!
tries=0
until grep -q '^listening on ' "$scratch/address"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo 'demo: the emulator does not start' >&2; exit 1; }
    sleep 0.1
done
url=$(sed -n 's/^listening on //p' "$scratch/address")

# click JSON: somebody changes an audience in Partner Center itself.
click() {
    python3 - "$url/_emulator/click" "$1" <<'PYTHON'
import sys
import urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
opener.open(sys.argv[1], data=sys.argv[2].encode()).read()
PYTHON
}

mkdir "$scratch/contoso"
cd "$scratch/contoso"
git -c init.defaultBranch=main init -q --template=
mkdir -p .git/info offers
printf '/plan.json\n/runbook/\n/events.jsonl\n' >.git/info/exclude
cp -R "$sample/offers/partner-lists" "$sample/offers/resales" offers
cat >csp-config.yaml <<YAML
publisher: contoso
contact: {name: Ana Lima, email: partner-desk@contoso.example}
resale_data: {max_age_days: 3650}
targets:
  partner-center:
    tenant_id: 33333333-4444-4555-8666-777777777777
    client_id: 22222222-3333-4444-8555-666666666666
    writes: "on"
    publish: live
    base_url: $url
    authority: $url
YAML
save 'partner lists, and where Partner Center is'
export CSP_CONFIG_CLIENT_SECRET=any-secret-opens-the-emulator

section 'Import' 'What the account holds becomes documents: offers, and who may resell each of them.'
run 0 'csp-config import offers --target partner-center'
save 'offers as they are'

section 'No changes' 'What was imported is what is live.'
run 0 'csp-config plan --against partner-center --quiet'

section 'A change' 'Woodgrove Cloud joins the list of distributors in the Americas.'
cat >>offers/partner-lists/americas-distributors.yaml <<'YAML'
  - name: Woodgrove Cloud
    tenant_id: c51c9aef-078d-4f31-bd10-dfd9bee487f9
    country: CA
YAML
run 0 'csp-config plan --against partner-center --quiet --out plan.json'

section 'Applied over HTTP' 'Draft, preview, live; read back after each step, and written down.'
run 0 'csp-config apply plan.json --target partner-center --poll 0.1 --events events.jsonl'
run 0 "grep -c . events.jsonl | sed 's/\$/ events/'"
run 0 "git diff -U0 offers/live | sed -n '/^[-+] /p'"
run 0 'csp-config plan --against partner-center --quiet'
save 'Woodgrove Cloud joins'

section 'A removal' 'Coho Cloud leaves the list. That takes a support request; no API call is made for it.'
sed '/name: Coho Cloud/,/country:/d' offers/partner-lists/americas-distributors.yaml >"$scratch/edited"
cat "$scratch/edited" >offers/partner-lists/americas-distributors.yaml
run 4 'csp-config apply --target partner-center --yes --poll 0.1'
run 0 "sed -n '/Issue title/p' runbook/requests/*.md"
run 4 'csp-config status'
save 'Coho Cloud leaves'

section 'Drift' 'Somebody clicks in Partner Center, and opens Contoso Desk to every partner of the programme.'
run 0 "click '{\"offer\": \"contoso-desk\", \"resellers\": \"any\"}'"
run 0 'csp-config plan --against partner-center --quiet'
run 0 'csp-config import live --target partner-center --quiet'
run 0 'git diff -U0 offers/live/contoso-desk.yaml | grep "^[-+]resellers"'
