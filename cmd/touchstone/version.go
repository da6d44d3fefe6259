package main

// versionCmd says which program this is.
type versionCmd struct {
	JSON bool `name:"json" help:"Print an object for machines."`
}

// Run prints the version.
func (c *versionCmd) Run(a *app) error {
	if c.JSON {
		return printJSON(a.stdout, a.build)
	}
	return say(a.stdout, "touchstone %s (%s)", a.build.Short(), a.build.Go)
}
