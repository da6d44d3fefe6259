package exchange

import "testing"

func TestDetectLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"The mayor of Exampleville has resigned after a dispute with the council.", "en"},
		{"Vaccines have severed the link between infections and serious disease.", "en"},
		{"La maire d’Exempleville a démissionné après une dispute avec le conseil.", "fr"},
		{"El alcalde dimitió tras una disputa con los concejales de la ciudad.", "es"},
		{"O prefeito não renunciou após uma disputa com os vereadores da cidade.", "pt"},
		{"Die Bürgermeisterin ist nicht zurückgetreten und bleibt im Amt.", "de"},
		{"Il sindaco non si è dimesso dopo la lite con gli assessori della città.", "it"},
		{"De burgemeester is niet afgetreden en het is een oud bericht van de krant.", "nl"},
		{"Burmistrz nie podał się do dymisji, jak twierdzi wpis.", "pl"},
		{"Belediye başkanının istifa ettiği iddiası doğru değil, bu bir kurgu.", "tr"},
		{"Wali kota tidak mengundurkan diri dan berita ini bukan dari koran itu.", "id"},
		{"Мэр города не ушёл в отставку, это старая новость.", "ru"},
		{"Мер міста не пішов у відставку, це стара новина з її сайту.", "uk"},
		{"هذه الصورة قديمة وليست من المدينة", "ar"},
		{"این تصویر قدیمی است و از این شهر نیست", "fa"},
		{"یہ تصویر پرانی ہے اور اس شہر کی نہیں ہے", "ur"},
		{"यह तस्वीर पुरानी है और इस शहर की नहीं है", "hi"},
		{"हे छायाचित्र जुने आहे आणि या शहरातील नाही", "mr"},
		{"এই ছবিটি পুরনো", "bn"},
		{"இந்த படம் பழையது", "ta"},
		{"ภาพนี้เก่าแล้ว", "th"},
		{"Ο δήμαρχος δεν παραιτήθηκε", "el"},
		{"ראש העיר לא התפטר", "he"},
		{"시장은 사임하지 않았다", "ko"},
		{"市長は辞任していない", "ja"},
		{"市长没有辞职", "zh"},
		{"Exampleville 2026", "und"},
		{"Covfefe", "und"},
		{"12345 !!", "und"},
		{"", "und"},
		{"no", "und"},
	}
	for _, tt := range tests {
		if got := detectLanguage(tt.text); got != tt.want {
			t.Errorf("detectLanguage(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestDetectLanguageIsSteady(t *testing.T) {
	t.Parallel()
	const text = "La la un una de en no se" // words of many languages
	first := detectLanguage(text)
	for range 50 {
		if got := detectLanguage(text); got != first {
			t.Fatalf("detectLanguage(%q) = %q, then %q", text, first, got)
		}
	}
}

func TestLanguageTag(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"en", "en"}, {"EN_us", "en-US"}, {"pt-br", "pt-BR"}, {"eng", "en"}, {"English", "en"}, {" fr ", "fr"}, {"zh-Hant-TW", "zh-Hant-TW"},
		{"", ""}, {"und", ""}, {"klingonese-ish", ""}, {"<script>", ""}, {"x", ""},
	}
	for _, tt := range tests {
		if got := languageTag(tt.in); got != tt.want {
			t.Errorf("languageTag(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
