The zsh completion is valid zsh.
needs: program:zsh

$ floe completion zsh > _floe && zsh -n _floe && echo valid
valid
