#!/usr/bin/env bash
# check.sh [FOLDER]: lints what is in this folder, installs the packages that build.sh put into FOLDER, each from its file into a fresh
# environment, and runs the suite from each: against the reference server in its own process, and against one in another process.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
folder=$(realpath "${1:-$repository/target/packages}")
tools=$("$packages/tools/install.sh")
PATH=$tools/bin:$tools/node_modules/.bin:$PATH
target=$(rustc --version --verbose | sed -n 's/^host: //p')
work=$(mktemp -d) served=''

stop() {
    [ -z "$served" ] || kill "$served" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

step() { printf '\n-- %s\n' "$1"; }
fail() { printf '%s\n' "$1" >&2; exit 1; }

# fresh NAME: an empty folder to work in.
fresh() { mkdir "$work/$1" && cd "$work/$1"; }

# in_process PROGRAM…: the version is that of the workspace, and the run in one process ends without findings.
in_process() {
    [ "$("$@" --version)" = "$name $version" ] || fail "$* has another version than $version"
    "$@" run --report json=report.json >log || { cat log; fail "$* has findings"; }
    tail -n 3 log
}

# serve PROGRAM…: starts the reference server, and sets `targets` to its target files.
serve() {
    "$@" serve >serve.log 2>&1 &
    served=$!
    for _ in $(seq 100); do
        if grep --quiet '^serving until' serve.log; then
            mapfile -t targets < <(find "$PWD/target/conformance/serve" -maxdepth 1 -name '*.toml' | sort)
            return
        fi
        kill -0 "$served" 2>/dev/null || break
        sleep 0.1
    done
    cat serve.log
    fail "$* serve does not start"
}

# answers FILE: the server of a target file of `serve` answers.
answers() {
    local issuer
    issuer=$(sed -n 's/^issuer = "\(.*\)"$/\1/p' "$1")
    curl --silent --fail --cacert "${1%.toml}-authority.pem" --output /dev/null "$issuer/.well-known/openid-configuration"
}

lint() {
    step "the shell scripts (shellcheck)"
    find "$packages" -name '*.sh' -exec shellcheck --external-sources {} +

    step "the container file (hadolint)"
    hadolint "$packages/container/Containerfile"

    step "the action and the workflow that uses it (action-validator, JSON schemas, actionlint)"
    # The validator reads paths in a workflow only if the file is where GitHub expects it.
    fresh workflow
    mkdir -p .github/workflows
    cp "$repository/action.yml" .
    # The name of the action is a placeholder. Here it is the action in this folder, so that its inputs are compared.
    sed 's|uses: OWNER/REPOSITORY@v.*|uses: ./|' "$repository/docs/ci/github-actions.yml" >.github/workflows/conformance.yml
    grep --quiet 'uses: ./$' .github/workflows/conformance.yml || fail "the workflow does not use the action"
    action-validator action.yml
    action-validator .github/workflows/conformance.yml
    check-jsonschema --builtin-schema vendor.github-actions action.yml
    check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/conformance.yml
    if command -v go >/dev/null; then
        git init --quiet .
        go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 -shellcheck "$tools/bin/shellcheck"
    else
        printf 'actionlint not run: go is not installed\n'
    fi

    step "the GitLab template and the file that includes it (JSON schema)"
    fresh gitlab-schema
    # The schema is for one document; the inputs of the template are in the one before.
    sed '1,/^---$/d' "$packages/gitlab/fapi-conformance.yml" >template.yml
    cp "$repository/docs/ci/gitlab-ci.yml" .
    check-jsonschema --builtin-schema vendor.gitlab-ci template.yml gitlab-ci.yml
}

wheel() {
    step "the wheel in a fresh environment"
    fresh wheel
    python3 -m venv env
    env/bin/pip install --quiet --disable-pip-version-check --no-index "$folder"/*.whl
    in_process env/bin/fapi-conformance
}

npm_packages() {
    step "the npm packages in a fresh folder"
    fresh npm
    npm install --silent --no-audit --no-fund --offline "$folder"/*.tgz
    in_process npx --offline fapi-conformance
    local code=0
    npx --offline fapi-conformance run --no-such-flag >/dev/null 2>&1 || code=$?
    [ "$code" = 2 ] || fail "the launcher ends with $code instead of 2"
}

# The server comes from npm's package and the suite from the wheel. The launcher passes the signal on that ends the server.
other_process() {
    step "the wheel against the server from npm"
    local file
    fresh serve
    serve node "$work/npm/node_modules/.bin/fapi-conformance"
    [ "${#targets[@]}" -gt 0 ] || fail "serve wrote no target file"
    for file in "${targets[@]}"; do
        "$work/wheel/env/bin/fapi-conformance" run --fast --target "$file" --report json=report.json >log || { cat log; fail "findings for $file"; }
        tail -n 3 log
    done
    answers "${targets[0]}" || fail "the server does not answer"
    kill "$served"
    wait "$served" || true
    served=
    ! answers "${targets[0]}" || fail "the launcher ended without its server"
}

# The steps of the action, with the variables that GitHub and action.yml set.
github() {
    step "the steps of the GitHub action"
    fresh github
    local code=0
    export GITHUB_OUTPUT=$PWD/output RUNNER_TEMP=$PWD/temp VERSION=$version SHA256='' ARCHIVES=file://$folder REPOSITORY=''
    export RUNNER_OS RUNNER_ARCH STEM FOLDER PROGRAM TARGET PLAN='' EXPECTED='' ARGS='' REPORTS=conformance
    IFS=- read -r RUNNER_OS RUNNER_ARCH <<<"$(platform github "$target")"
    "$packages/github/action.sh" find
    STEM=$(said stem) FOLDER=$(said folder) PROGRAM=$(said program) TARGET=''
    if SHA256=$(printf '0%.0s' {1..64}) "$packages/github/action.sh" install >/dev/null 2>&1; then fail "a wrong digest is accepted"; fi
    "$packages/github/action.sh" install
    ARGS=$'--scenario\nflow*' "$packages/github/action.sh" run >log || { cat log; fail "findings"; }
    [ "$(said exit-code)" = 0 ] && [ -s "$(said sarif)" ] || fail "the outputs of a run without findings are wrong"

    # A known result that matches nothing is a finding.
    serve "$PROGRAM"
    printf '[[expected]]\nscenario = "flow"\noutcome = "failed"\nclause = "FAPI2-SP-5.3.2.2-2"\nreason = "not so"\n' >known.toml
    TARGET=${targets[0]} EXPECTED=known.toml ARGS=$'--scenario\nflow' "$packages/github/action.sh" run >log || code=$?
    [ "$code" = 1 ] && [ "$(said exit-code)" = 1 ] || { cat log; fail "a run with a finding ends with $code"; }
    TARGET=none.toml EXPECTED='' "$packages/github/action.sh" run >log 2>&1 || code=$?
    [ "$code" = 2 ] && [ "$(said exit-code)" = 2 ] || { cat log; fail "a run without its target file ends with $code"; }
}

# said NAME: the last value of an output.
said() { sed -n "s/^$1=//p" "$GITHUB_OUTPUT" | tail -n 1; }

# The job of the GitLab template, as a runner without containers runs it.
gitlab() {
    step "the job of the GitLab template"
    fresh gitlab
    git init --quiet --initial-branch main .
    git remote add origin git@gitlab.example:group/project.git
    git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
    cp "$packages/gitlab/fapi-conformance.yml" .
    cp "$repository/docs/ci/gitlab-ci.yml" .gitlab-ci.yml
    commit
    gitlab-ci-local --list | grep --quiet '^fapi-conformance ' || fail "the example has no job"

    gitlab_job "file://$folder" "--scenario flow*"
    cat log
    # The second time, the program is in the cache.
    gitlab_job file:///there-is-nothing-here "--scenario flow*"
    if gitlab_job file:///there-is-nothing-here --no-such-flag; then fail "the job passes although the suite does not run"; fi
    grep --quiet 'FAIL 2' log || { cat log; fail "the job ends with another code than 2"; }
}

# gitlab_job ARCHIVES ARGS: runs the job in this process, with its output in `log`.
gitlab_job() {
    cat >.gitlab-ci.yml <<YAML
include:
  - local: fapi-conformance.yml
    inputs: { archives: "$1", target: "", args: "$2" }
YAML
    commit
    gitlab-ci-local --force-shell-executor fapi-conformance >log 2>&1
}

commit() {
    git add .gitlab-ci.yml fapi-conformance.yml
    git -c user.name=check -c user.email=check@localhost commit --quiet --message "a project"
}

lint
wheel
npm_packages
other_process
github
gitlab
