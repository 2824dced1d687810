using System; using System.Linq; using System.Collections.Generic; using Mono.Cecil; using Mono.Cecil.Cil; using Mono.CompilerServices.SymbolWriter;
class P { static void Main(string[] a) {
 var module = ModuleDefinition.ReadModule(a[0]+".exe");
 var sym = MonoSymbolFile.ReadSymbolFile(a[0]+".exe.mdb");
 var docs = new Dictionary<string, Document>();
 foreach (var t in module.GetTypes()) foreach (var m in t.Methods) {
  if (!m.HasBody) continue;
  var me = sym.GetMethodByToken((int)m.MetadataToken.ToUInt32()); if (me == null) continue;
  var seen = new HashSet<int>();
  foreach (var ln in me.GetLineNumberTable().LineNumbers) {
    if (ln.IsHidden || ln.Row <= 0) continue;
    var i = m.Body.Instructions.FirstOrDefault(x => x.Offset == ln.Offset); if (i == null || !seen.Add(ln.Offset)) continue;
    var f = sym.Sources[ln.File-1].FileName; Document d; if (!docs.TryGetValue(f, out d)) docs[f] = d = new Document(f) { Language = DocumentLanguage.CSharp };
    m.DebugInformation.SequencePoints.Add(new SequencePoint(i, d) { StartLine = ln.Row, EndLine = ln.Row, StartColumn = 1, EndColumn = 2 });
  } }
 module.Write(a[0]+".dll", new WriterParameters { WriteSymbols = true, SymbolWriterProvider = new PortablePdbWriterProvider() });
} }
