Completions and the manual page come from the definitions; each is valid in its own language.
needs: program:groff

$ floe completion bash > floe.bash && bash -n floe.bash && echo valid
valid

$ source <(floe completion bash); COMP_WORDS=(floe comp); COMP_CWORD=1; _floe; echo "${COMPREPLY[@]}"
compile completion

$ source <(floe completion bash); COMP_WORDS=(floe completion ""); COMP_CWORD=2; _floe; echo "${COMPREPLY[@]}"
bash zsh fish

$ source <(floe completion bash); COMP_WORDS=(floe version --format = j); COMP_CWORD=4; _floe; echo "${COMPREPLY[@]}"
json

$ floe man > floe.1 && groff -man -ww -z floe.1 && grep -c '^.SS' floe.1 | sed 's/^[0-9]*$/a section a command/'
a section a command
