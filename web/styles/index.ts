/** The styles in the order in which they build on each other. */
import "./tokens.css";
import "./base.css";
import "./frame.css";
import "./parts.css";
import "./search.css";
import "./paper.css";
import "./run.css";
import "./table.css";
import "./form.css";
import "./assemble.css";
