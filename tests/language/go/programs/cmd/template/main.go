package main

import "text/template"

func main() {
	template.Must(template.New("mail").Parse("Dear {{.Name"))
}
