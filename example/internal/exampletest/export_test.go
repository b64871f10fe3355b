package exampletest

// Matches reports whether output is what a README says.
func Matches(want, output string) bool { return pattern(want).MatchString(output) }

// Steps returns the commands of a README, each with what it prints.
func Steps(text string) [][2]string {
	var found [][2]string
	for _, s := range steps(text) {
		found = append(found, [2]string{s.command, s.want})
	}
	return found
}
