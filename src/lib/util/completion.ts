/** Shells that programs print a completion script for. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** One way to go on with the word under the cursor. */
export interface Candidate {
  /** The whole word. After one that ends in `=` or `/` more of the word follows. */
  value: string;
  summary?: string;
}

/** What a program answers to its shell: words to choose from, or the names of files. */
export type Completion = readonly Candidate[] | 'files';

/**
 * A candidate becomes part of a command line as it is, and names come from a cluster: nothing is offered that a shell would
 * take for more than letters.
 */
const SAFE = /^[\w@%+=:,./-]+$/;

/** The answer in lines, as the scripts read it: `VALUE` or `VALUE<TAB>SUMMARY`, or `:files` alone. */
export function completionText(completion: Completion, word: string): string {
  if (completion === 'files') return ':files\n';
  const fitting = completion.filter(({ value }) => value.startsWith(word) && SAFE.test(value));
  const unique = new Map(fitting.reverse().map((candidate) => [candidate.value, candidate])); // the first of each
  return [...unique.values()]
    .reverse()
    .map(({ value, summary = '' }) => (summary === '' ? `${value}\n` : `${value}\t${summary.replace(/\s+/g, ' ')}\n`))
    .join('');
}

/** The script that makes a shell ask `PROGRAM complete --word=WORD -- WORDS...`, without output when that fails. */
export function completionScript(shell: Shell, program: string): string {
  return SCRIPTS[shell].replaceAll('PROGRAM', program);
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
  // Runs on bash 3.2 too, which macOS has. bash takes = and : for the ends of words, the program does not.
  bash: `_PROGRAM() {
  local line=\${COMP_LINE:0:COMP_POINT} word reply cut
  local -a words
  read -ra words <<<"$line"
  if [[ $line == *[[:space:]] ]]; then words+=(""); fi
  word=\${words[\${#words[@]} - 1]}
  unset "words[\${#words[@]} - 1]"
  cut=\${word%"\${word##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r reply; do
    if [[ $reply == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -f -- "\${word##*=}")
      return
    fi
    reply=\${reply%%$'\\t'*}
    if [[ $reply == *[=/] ]]; then compopt -o nospace 2>/dev/null; fi
    COMPREPLY+=("\${reply#"$cut"}")
  done < <("$1" complete --word="$word" -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _PROGRAM PROGRAM
`,
  zsh: `#compdef PROGRAM
_PROGRAM() {
  local line value summary
  local -a whole whole_texts open open_texts
  for line in "\${(@f)$(PROGRAM complete --word="$PREFIX" -- "\${(@)words[2,CURRENT-1]}" 2>/dev/null)}"; do
    value=\${line%%$'\\t'*}
    summary=\${line#"$value"}
    summary=\${summary#$'\\t'}
    if [[ -z $value ]]; then
      continue
    elif [[ $value == :files ]]; then
      compset -P '*='
      _files
      return
    elif [[ $value == *[=/] ]]; then
      open+=("$value")
      open_texts+=("$value\${summary:+  -- $summary}")
    else
      whole+=("$value")
      whole_texts+=("$value\${summary:+  -- $summary}")
    fi
  done
  if (( $#open )); then compadd -l -S '' -d open_texts -a open; fi
  if (( $#whole )); then compadd -l -d whole_texts -a whole; fi
}
if [[ $funcstack[1] == _PROGRAM ]]; then _PROGRAM "$@"; else compdef _PROGRAM PROGRAM; fi
`,
  fish: `function __PROGRAM_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    for line in (PROGRAM complete --word="$word" -- $words[2..-1] 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path (string replace -r '^--[^=]*=' '' -- "$word") | string replace -r '^' -- (string match -r '^--[^=]*=' -- "$word"; or echo)
        else
            echo $line
        end
    end
end
complete -c PROGRAM -f -a '(__PROGRAM_complete)'
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName PROGRAM -ScriptBlock {
    param($word, $line, $cursor)
    $words = @($line.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.Extent.Text })
    foreach ($reply in (& PROGRAM complete "--word=$word" -- @words 2>$null)) {
        if ($reply -eq ':files') { return }
        $value, $summary = $reply -split "\`t", 2
        if (-not $summary) { $summary = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $summary)
    }
}
`,
};
