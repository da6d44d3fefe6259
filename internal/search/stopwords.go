package search

// stopWords are the words too common to search for, per language: articles, pronouns, prepositions, auxiliaries. They are
// kept in the index, so that phrases with them are found. Negations stay searchable: they decide what a claim says.
var stopWords = map[string]string{
	"en": `a about above after again against all am an and any are as at be because been before being below between both but by
		can could did do does doing down during each few for from further had has have having he her here hers herself him himself
		his how i if in into is it its itself just me more most my myself of off on once only or other our ours out over own same
		she should so some such than that the their theirs them themselves then there these they this those through to too under
		until up very was we were what when where which while who whom why will with would you your yours im ive youre were its
		thats hes shes theyre`,
	"es": `a al algo algunas algunos ante antes aquel aquella así aun aunque cada como con contra cual cuales cuando de del desde
		donde dos e el él ella ellas ellos en entre era eran es esa esas ese eso esos esta está están estas este esto estos fue fueron
		ha hace haber había habían han hasta hay la las le les lo los más me mi mis mientras mucho muy ni nos o os otra otras otro
		otros para pero por porque pues que qué quien se sea según ser si sí sido sin sobre son su sus también tan tanto te tiene
		tienen todo todos tras tu tus un una unas uno unos y ya yo`,
	"fr": `à au aux avec c ce ceci cela ces cet cette chez comme d dans de des donc dont du elle elles en entre est et été être eu
		eux il ils j je l la le les leur leurs lui m ma mais me même mes moi mon n nos notre nous on ont ou où par pas pour qu que
		quel quelle qui s sa sans se sera ses si son sont sous sur t ta te tes toi ton tu un une vos votre vous y ai as a avait
		avons avez aussi plus`,
	"de": `aber alle als also am an auch auf aus bei beim bin bis da damit dann das dass daß dein dem den der des dessen die dies
		diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es für gegen habe haben hat hatte
		hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jeder jedes jetzt kann können man mehr mein
		mit muss nach noch nun nur ob oder ohne sehr sein seine seinem seinen seiner sich sie sind so soll über um und uns unser unter
		vom von vor war waren was weil wenn wer werden wie wieder will wir wird wo wurde wurden zu zum zur zwischen`,
	//nolint:misspell // Portuguese
	"pt": `a à ao aos aquela aquele as às até com como da das de dela dele deles do dos e é ela elas ele eles em entre era eram essa
		essas esse esses esta está estão estas este estes eu foi foram há isso isto já lhe mais mas me mesmo meu minha muito na nas
		nem no nos nós o os ou para pela pelas pelo pelos por porque qual quando que quem se seja sem ser seu seus só são sobre sua
		suas também te tem têm tinha um uma umas uns você vocês`,
	"it": `a ad agli ai al alla alle allo anche c che chi ci come con cui d da dagli dai dal dalla dalle de degli dei del dell della
		delle dello di e è ed era erano essere fra gli ha hanno i il in io l la le lei lo loro lui ma me mi mio ne nei nel nella
		nelle noi o per perché più quale quando quella quello questa queste questi questo qui se sei si sia sono su sua sue sugli
		sui sul sulla suo suoi tra tu tutti tutto un una uno voi`,
	"nl": `aan al als bij dan dat de der deze die dit door dus een en er had heb hebben heeft hem het hier hij hoe hun ik in is ja je
		kan maar me meer met mij mijn na naar nog nu of om omdat onder ons ook op over te tegen toch toen tot u uit uw van veel voor
		want waren was wat we wel werd wie wij wil worden wordt zal ze zelf zich zij zijn zo zonder zou`,
	"sv": `att av de den denna det dig din du där då efter ej eller en er ett från för ha hade han har hon hur här i in jag kan med
		men mig mot mycket nu när och om oss på samma sin sig som så till under upp ut vad var vara vi vid vilken än är åt över`,
	"da": `af alle at blev da de dem den der deres det dette dig du efter eller en er et for fra ham han har havde hende her hun hvad
		hvis i ind jeg kan man med men mig nu når og også om op os over på sig sin som så til ud under var vi vil være`,
	"no": `at av da de den der det dette du eller en er et etter for fra ha hadde han har hun hva hvis i jeg kan man med men nå når og
		også om opp oss over på seg som så til under ut var vi vil være å`,
	"ru": `а без был была были было быть в вам вас весь во вот все всё вы где да для до его ее её если есть еще ещё же за здесь и из
		или им их к как ко когда кто ли либо мне может мы на над нас него нее нет них но о об он она они оно от по под при про с со
		так также такой там те тем то того тоже той только том ты у уже хотя чего чей чем что чтобы эта эти это я`,
	"tr": `acaba ama ancak bazı belki ben bir biri biz bu bunu bunun böyle da daha de diye en gibi hem hep her için ile ise kez ki kim
		mi mı mu mü nasıl ne neden o olan olarak oldu olduğu onu onun sanki şey siz şu tüm ve veya ya yani`,
	"ar": `في من على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا هو هي هم هن أنا انت نحن كان كانت يكون قد كل بعض بعد قبل
		عند أن إن ان أو او ثم لكن بين حتى إذا اذا كما أي اي به بها له لها لهم فيه فيها منه منها عليه عليها و ف ب ل يا حيث وقد وكان
		وفي ومن وهو وهي كانوا أيضا خلال أكثر ضد`,
	"hi": `का के की को में से है हैं था थे थी और या पर ने यह वह ये वे इस उस इन उन एक कि जो तो भी ही कर करने किया गया गई गए हो होता होती
		होते होने हुआ हुई हुए अपने अपना अपनी तक लिए साथ बाद द्वारा जब तब कोई कुछ सब सभी बहुत रहा रही रहे जा जाता जाती करना करता करते
		वाले वाली वाला इसके उसके इसकी उनके इसे उसे दिया क्या मैं हम आप तुम मेरे हमारे अब यहाँ वहाँ फिर`,
}
