package match

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPassagesAreSentences(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"Dr. Quist met Sen. Moe at 3.5 p.m. on Jan. 4. Then they left!":    {"Dr. Quist met Sen. Moe at 3.5 p.m. on Jan. 4.", "Then they left!"},
		"क्या यह सच है? यह सच नहीं है।":                                    {"क्या यह सच है?", "यह सच नहीं है।"},
		"नेता ने ऐसा कहा॥ यह गलत बात है":                                   {"नेता ने ऐसा कहा॥", "यह गलत बात है"},
		"桥因三百条裂缝关闭。市长否认了此事。":                                               {"桥因三百条裂缝关闭。", "市长否认了此事。"},
		"هل أغلقت المدارس؟ نعم أغلقت اليوم. لم يحدث ذلك۔ انتهى الأمر الآن": {"هل أغلقت المدارس؟", "نعم أغلقت اليوم.", "لم يحدث ذلك۔", "انتهى الأمر الآن"},
		"¿Cerró el puente ayer? ¡Sí, lo cerró! Costó 1.250 euros.":         {"¿Cerró el puente ayer?", "¡Sí, lo cerró!", "Costó 1.250 euros."},
		"Le pont a fermé… La maire l’a dit. Il a coûté 3,5 millions":       {"Le pont a fermé…", "La maire l’a dit.", "Il a coûté 3,5 millions"},
		"Er kam am 14. März nach Bonn. Das war z.B. gestern so.":           {"Er kam am 14. März nach Bonn.", "Das war z.B. gestern so."},
		"El Sr. Moe llegó tarde ayer. La Sra. Quist no vino.":              {"El Sr. Moe llegó tarde ayer.", "La Sra. Quist no vino."},
		"One line here\nanother line here":                                 {"One line here", "another line here"},
		"The U.S. Senate met in full. It was J. R. Moe who spoke.":         {"The U.S. Senate met in full.", "It was J. R. Moe who spoke."},
		"“Did it rain frogs?” she asked again. Nobody knew the answer.":    {"“Did it rain frogs?” she asked again.", "Nobody knew the answer."},
	} {
		var got []string
		for _, p := range Passages(in) {
			if in[p.Start:p.End] != p.Text {
				t.Errorf("%q: got %q at its place, want %q", in, in[p.Start:p.End], p.Text)
			}
			if !p.Quoted {
				got = append(got, p.Text)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}

func TestQuotationsKnowTheirSpeaker(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Passage{
		"“Frogs rained on the harbour,” said Dr. Ada Quist. It is over.": {Text: "Frogs rained on the harbour,", Speaker: "Dr. Ada Quist"},
		"“Frogs rained on the harbour,” Ada Quist told reporters.":       {Text: "Frogs rained on the harbour,", Speaker: "Ada Quist"},
		`Mayor Moe claimed: "The bridge is safe and sound."`:             {Text: "The bridge is safe and sound.", Speaker: "Mayor Moe"},
		"«El puente es seguro para todos», dijo Ada Quist ayer.":         {Text: "El puente es seguro para todos", Speaker: "Ada Quist"},
		"« Le pont est sûr pour tous », a déclaré Ada Quist hier.":       {Text: "Le pont est sûr pour tous", Speaker: "Ada Quist"},
		"„Die Brücke ist sicher für alle“, sagte Ada Quist am Montag.":   {Text: "Die Brücke ist sicher für alle", Speaker: "Ada Quist"},
		"“A ponte é segura para todos”, disse Ada Quist ontem.":          {Text: "A ponte é segura para todos", Speaker: "Ada Quist"},
		"He wrote “frogs rained on us” without saying who had said it.":  {Text: "frogs rained on us"},
	} {
		var got []Passage
		for _, p := range Passages(in) {
			if p.Quoted {
				got = append(got, Passage{Text: p.Text, Speaker: p.Speaker})
			}
		}
		if diff := cmp.Diff([]Passage{want}, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}
