package bodyparser

import (
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// charsets are those that Next.js knows, by its names without punctuation, as far as golang.org/x/text has them. The registries of
// that package know more names, and mean windows-1252 by "latin1"; they are asked second.
var charsets = func() map[string]charset {
	all := map[string]charset{}
	for names, cs := range map[string]charset{
		"utf8 unicode11utf8 cesu8":   nil,
		"utf16le ucs2":               decodeUTF16(unicode.LittleEndian),
		"utf16be":                    decodeUTF16(unicode.BigEndian),
		"utf16":                      detectUTF16,
		"ascii usascii us cp367":     ascii,
		"shiftjis sjis xsjis ms932":  decoder(japanese.ShiftJIS),
		"windows932 cp932 932 ms31j": decoder(japanese.ShiftJIS),
		"eucjp":                      decoder(japanese.EUCJP),
		"gbk gb2312 xgbk euccn":      decoder(simplifiedchinese.GBK),
		"windows936 cp936 936 ms936": decoder(simplifiedchinese.GBK),
		"gb18030":                    decoder(simplifiedchinese.GB18030),
		"big5 cnbig5 xxbig5":         decoder(traditionalchinese.Big5),
		"windows950 cp950 950 ms950": decoder(traditionalchinese.Big5),
		"big5hkscs":                  decoder(traditionalchinese.Big5),
		"euckr ksc56011989 ksc5601":  decoder(korean.EUCKR),
		"windows949 cp949 949 ms949": decoder(korean.EUCKR),
		"koi8r cp20866 20866":        decoder(charmap.KOI8R),
		"koi8u cp21866 21866":        decoder(charmap.KOI8U),
		"tis620 thai thai8":          decoder(charmap.Windows874),

		"iso88591 latin1 l1 isoir100 cp28591 28591 cp819 binary": controls(charmap.ISO8859_1),
		"iso88592 latin2 l2 isoir101 cp28592 28592":              controls(charmap.ISO8859_2),
		"iso88593 latin3 l3 isoir109 cp28593 28593":              controls(charmap.ISO8859_3),
		"iso88594 latin4 l4 isoir110 cp28594 28594":              controls(charmap.ISO8859_4),
		"iso88595 cyrillic isoir144 cp28595 28595":               controls(charmap.ISO8859_5),
		"iso88596 arabic isoir127 cp28596 28596 arabic8":         controls(charmap.ISO8859_6),
		"iso88597 greek isoir126 cp28597 28597 greek8":           controls(charmap.ISO8859_7),
		"iso88598 hebrew isoir138 cp28598 28598 hebrew8":         controls(charmap.ISO8859_8),
		"iso88599 latin5 l5 isoir148 cp28599 28599 turkish":      controls(charmap.ISO8859_9),
		"iso885910 latin6 l6 isoir157 cp28600 28600":             controls(charmap.ISO8859_10),
		"iso885913 latin7 l7 isoir179 cp28603 28603":             controls(charmap.ISO8859_13),
		"iso885914 latin8 l8 isoir199 cp28604 28604":             controls(charmap.ISO8859_14),
		"iso885915 latin9 l9 isoir203 cp28605 28605":             controls(charmap.ISO8859_15),
		"iso885916 latin10 l10 isoir226 cp28606 28606":           controls(charmap.ISO8859_16),

		"windows874 win874 cp874 874":             decoder(charmap.Windows874),
		"windows1250 win1250 cp1250 1250 msee":    decoder(charmap.Windows1250),
		"windows1251 win1251 cp1251 1251 mscyrl":  decoder(charmap.Windows1251),
		"windows1252 win1252 cp1252 1252 msansi":  decoder(charmap.Windows1252),
		"windows1253 win1253 cp1253 1253 msgreek": decoder(charmap.Windows1253),
		"windows1254 win1254 cp1254 1254 msturk":  decoder(charmap.Windows1254),
		"windows1255 win1255 cp1255 1255 mshebr":  decoder(charmap.Windows1255),
		"windows1256 win1256 cp1256 1256 msarab":  decoder(charmap.Windows1256),
		"windows1257 win1257 cp1257 1257":         decoder(charmap.Windows1257),
		"windows1258 win1258 cp1258 1258":         decoder(charmap.Windows1258),
		"ibm437 cp437 437":                        decoder(charmap.CodePage437),
		"ibm850 cp850 850":                        decoder(charmap.CodePage850),
		"ibm852 cp852 852":                        decoder(charmap.CodePage852),
		"ibm855 cp855 855":                        decoder(charmap.CodePage855),
		"ibm858 cp858 858":                        decoder(charmap.CodePage858),
		"ibm860 cp860 860":                        decoder(charmap.CodePage860),
		"ibm862 cp862 862":                        decoder(charmap.CodePage862),
		"ibm863 cp863 863":                        decoder(charmap.CodePage863),
		"ibm865 cp865 865":                        decoder(charmap.CodePage865),
		"ibm866 cp866 866":                        decoder(charmap.CodePage866),
		"macintosh mac macroman":                  decoder(charmap.Macintosh),
		"maccyrillic macukraine xmaccyrillic":     decoder(charmap.MacintoshCyrillic),
	} {
		for name := range strings.SplitSeq(names, " ") {
			all[name] = cs
		}
	}
	return all
}()
